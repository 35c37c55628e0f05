from django.db import migrations, models

OPEN = (
    "consulting", "draft", "in_hand", "need_info", "to_audit", "to_dispatch", "to_judge", "to_review", "to_visit",
    "transferring",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("orders", "0005_lines_have_versions")]

    operations = [
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(
                condition=models.Q(("overdue", False), ("state__in", OPEN)),
                fields=["due_at", "id"],
                name="order_unnoted",
            ),
        ),
    ]
