from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("entries", "0001_initial")]
    operations = []
