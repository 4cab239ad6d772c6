from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "wayfolk.staff"
    label = "staff"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.staff import roles

        for table in ("staff_rolepermission", "staff_fieldrule"):
            tables.on_restored(table, roles.note_restored_rights)
