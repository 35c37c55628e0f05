import pytest

from huying.base.org.models import Person


@pytest.fixture
def administrator(db):
    return Person.objects.create_user("calendar_admin", name="系统管理员", roles=["system_admin"])


@pytest.fixture
def agent(db):
    return Person.objects.create_user("calendar_agent", name="坐席", roles=["agent"])
