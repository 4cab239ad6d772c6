"""Customers in the order of what they booked; and parts that add up, held by the database."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('bookings', '0014_keep_parts')]

    operations = [
        migrations.AddIndex(
            model_name='customertotals',
            index=models.Index(fields=['organization_id', '-confirmed', '-id'], name='bookings_totals_confirmed'),
        ),
        migrations.AddIndex(
            model_name='customertotals',
            index=models.Index(fields=['organization_id', '-pax', '-id'], name='bookings_totals_pax'),
        ),
        migrations.AddIndex(
            model_name='customertotals',
            index=models.Index(condition=models.Q(('last_departure_on__isnull', False)), fields=['organization_id', '-last_departure_on', '-id'], name='bookings_totals_last'),
        ),
        migrations.AddConstraint(
            model_name='customertotals',
            constraint=models.CheckConstraint(condition=models.Q(('turnover_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('basic_minor'), '+', models.F('insurance_minor')), '+', models.F('transfers_minor')), '+', models.F('fees_minor')), '+', models.F('discounts_minor')), '+', models.F('supplements_minor')), '+', models.F('pickup_minor')), '+', models.F('others_minor')))), name='bookings_totals_parts'),
        ),
    ]
