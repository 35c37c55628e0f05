"""Secrets of the second factor leave django-otp's tables, where they lay in the clear (等保三级: 鉴别数据的保密性)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huying.base.org.devices
from huying.base import vault
from huying.base.org.devices import CONTEXT, code_digest


def seal(apps, schema_editor):
    """Secrets and codes that lay in the clear in django-otp's tables go over, sealed and hashed; nothing stays behind.

    Telephones and codes on paper work as before. Sessions that had passed the second factor pass it once more.
    """
    old = {
        name: apps.get_model(label, name)
        for label, name in [("otp_totp", "TOTPDevice"), ("otp_static", "StaticDevice")]
    }
    token = apps.get_model("otp_static", "StaticToken")
    authenticator, recovery = apps.get_model("org", "Authenticator"), apps.get_model("org", "RecoveryCodes")
    for device in old["TOTPDevice"].objects.all():
        authenticator.objects.create(
            user_id=device.user_id,
            name=device.name,
            confirmed=device.confirmed,
            secret_sealed=vault.seal(device.key, CONTEXT),
            drift=device.drift,
            last_t=device.last_t,
        )
    for device in old["StaticDevice"].objects.all():
        codes = token.objects.filter(device=device).values_list("token", flat=True)
        digests = [code_digest(device.user_id, code) for code in codes]
        recovery.objects.create(user_id=device.user_id, name=device.name, confirmed=device.confirmed, digests=digests)
    token.objects.all().delete()
    for model in old.values():
        model.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0001_initial"),
        ("otp_totp", "0003_add_timestamps"),
        ("otp_static", "0003_add_timestamps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authenticator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        auto_now_add=True,
                        help_text="The date and time when this device was initially created in the system.",
                        null=True,
                    ),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, help_text="The most recent date and time this device was used.", null=True
                    ),
                ),
                ("secret_sealed", models.CharField(default=huying.base.org.devices.fresh_secret, max_length=200)),
                ("drift", models.SmallIntegerField(default=0)),
                ("last_t", models.BigIntegerField(default=-1)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "手机验证器",
                "verbose_name_plural": "手机验证器",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecoveryCodes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The human-readable name of this device.", max_length=64)),
                ("confirmed", models.BooleanField(default=True, help_text="Is this device ready for use?")),
                (
                    "throttling_failure_timestamp",
                    models.DateTimeField(
                        blank=True,
                        default=None,
                        help_text="A timestamp of the last failed verification attempt. Null if last attempt succeeded.",
                        null=True,
                    ),
                ),
                (
                    "throttling_failure_count",
                    models.PositiveIntegerField(default=0, help_text="Number of successive failed attempts."),
                ),
                ("digests", models.JSONField(default=list)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="The user that this device belongs to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "恢复码",
                "verbose_name_plural": "恢复码",
                "abstract": False,
            },
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
