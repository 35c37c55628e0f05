from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_lists_of_a_million")]

    operations = [
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(
                condition=models.Q(("supervision_level__gt", 0)), fields=["due_at", "id"], name="order_supervised"
            ),
        ),
    ]
