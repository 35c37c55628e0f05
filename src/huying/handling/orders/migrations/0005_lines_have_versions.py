from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_supervised_orders")]

    operations = [
        migrations.AddField(model_name=name, name="version", field=models.PositiveIntegerField(default=1))
        for name in ("limitrule", "declinerule", "policy")
    ]
