"""What was given up is counted at every look of the monitoring: from an index of those rows alone."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                "id", condition=Q(("done_at__isnull", True), ("given_up_at__isnull", False)), name="obligation_given_up"
            ),
        ),
    ]
