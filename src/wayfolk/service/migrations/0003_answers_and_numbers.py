"""Answers stay as they were given (WF068); case numbers lead to their customers."""

from django.db import migrations

ORG = "nullif(current_setting('wayfolk.organization_id', true), '')::smallint"

# A merge may give them to another customer; nothing else of them changes.
STAY = """
    CREATE FUNCTION service_answers_stay() RETURNS trigger AS $$
    BEGIN
        RAISE EXCEPTION 'answer % was given and stays as it is', OLD.id
            USING ERRCODE = 'WF068', CONSTRAINT = 'service_answers_stay';
    END $$ LANGUAGE plpgsql
"""
ON_UPDATE = """
    CREATE TRIGGER service_answers_stay BEFORE UPDATE ON service_answer
    FOR EACH ROW WHEN (
        (OLD.response_id, OLD.question_id, OLD.booking_id, OLD.topic, OLD.score, OLD.chosen,
         OLD.text) IS DISTINCT FROM (NEW.response_id, NEW.question_id, NEW.booking_id, NEW.topic,
         NEW.score, NEW.chosen, NEW.text))
    EXECUTE FUNCTION service_answers_stay()
"""

BY_NUMBER = f"""
    CREATE FUNCTION service_customers_of(typed text, number_sought bigint)
    RETURNS TABLE (customer_id uuid, number text) AS $$
    DECLARE org smallint := {ORG};
    BEGIN
        RETURN QUERY SELECT c.customer_id, c.number::text FROM service_servicecase c
            WHERE c.organization_id = org AND c.number = number_sought;
    END $$ LANGUAGE plpgsql STABLE
"""


class Migration(migrations.Migration):
    dependencies = [("service", "0002_figures")]
    operations = [
        migrations.RunSQL(STAY, "DROP FUNCTION service_answers_stay()"),
        migrations.RunSQL(ON_UPDATE, "DROP TRIGGER service_answers_stay ON service_answer"),
        migrations.RunSQL(BY_NUMBER, "DROP FUNCTION service_customers_of(text, bigint)"),
    ]
