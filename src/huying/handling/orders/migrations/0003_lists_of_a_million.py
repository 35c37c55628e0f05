"""Indexes for lists of a million orders, and which orders lie in the reach of which unit, from all assignments so far."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

AT_ONCE = 2000


def cover(apps, schema_editor):
    """For each unit the orders in which it or a unit below it has a part."""
    rows, units = apps.get_model("orders", "UnitOrder").objects, apps.get_model("org", "Unit").objects
    parts = apps.get_model("orders", "Assignment").objects
    for unit, path in units.values_list("pk", "path"):
        found = parts.filter(unit__path__startswith=path).values_list("order_id", "order__filed_at").distinct()
        batch = []
        for order, filed_at in found.iterator(chunk_size=AT_ONCE):
            batch.append(rows.model(unit_id=unit, order_id=order, filed_at=filed_at))
            if len(batch) == AT_ONCE:
                rows.bulk_create(batch)
                batch = []
        rows.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0002_initial"),
        ("org", "0002_second_factor_sealed"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
        ("taxonomy", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filed_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="assignment",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="orders.workorder",
            ),
        ),
        migrations.AlterField(
            model_name="assignment",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="org.unit"
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="order",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="orders.workorder"
            ),
        ),
        migrations.AlterField(
            model_name="workorder",
            name="category",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="taxonomy.category",
            ),
        ),
        migrations.AlterField(
            model_name="workorder",
            name="citizen",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="parties.citizen",
            ),
        ),
        migrations.AlterField(
            model_name="workorder",
            name="lead_unit",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["state", "due_at", "id"], name="assignment_state"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(fields=["state", "-filed_at", "-id"], name="order_state"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(fields=["urgency", "-filed_at", "-id"], name="order_urgency"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(fields=["channel", "-filed_at", "-id"], name="order_channel"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(fields=["request_type", "-filed_at", "-id"], name="order_type"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(condition=models.Q(("overdue", True)), fields=["-filed_at", "-id"], name="order_late"),
        ),
        migrations.AddIndex(
            model_name="workorder",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "consulting",
                            "draft",
                            "in_hand",
                            "need_info",
                            "to_audit",
                            "to_dispatch",
                            "to_judge",
                            "to_review",
                            "to_visit",
                            "transferring",
                        ),
                    )
                ),
                fields=["due_at", "id"],
                name="order_open_due",
            ),
        ),
        migrations.AddField(
            model_name="unitorder",
            name="order",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="in_units",
                to="orders.workorder",
            ),
        ),
        migrations.AddField(
            model_name="unitorder",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="org.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="unitorder",
            index=models.Index(fields=["unit", "-filed_at", "-order"], name="unit_order_newest"),
        ),
        migrations.AddConstraint(
            model_name="unitorder",
            constraint=models.UniqueConstraint(fields=("order", "unit"), name="order_once_per_unit"),
        ),
        migrations.RunPython(cover, migrations.RunPython.noop),
    ]
