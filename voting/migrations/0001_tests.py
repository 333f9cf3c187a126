"""Tests of sealed ballots."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="BallotTest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("log", models.CharField(max_length=64)),
                ("meeting", models.CharField(max_length=64)),
                ("ballot", models.CharField(max_length=43)),
                ("matched", models.BooleanField()),
                ("reported", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(fields=("log", "ballot"), name="test_once_a_ballot"),
                ),
                "indexes": [models.Index(fields=["log", "meeting"], name="tests_of_a_meeting")],
            },
        ),
    )
