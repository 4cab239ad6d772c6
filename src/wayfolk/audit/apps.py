from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule


class AuditConfig(AppConfig):
    name = "wayfolk.audit"
    label = "audit"

    def ready(self) -> None:
        """Let each domain say how history speaks of its tables."""
        for config in apps.get_app_configs():
            is_domain = config.name.startswith("wayfolk.") and config.name != self.name
            if is_domain and config.module and module_has_submodule(config.module, "wording"):
                import_module(f"{config.name}.wording").declare()
