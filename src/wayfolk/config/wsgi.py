"""The WSGI entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from wayfolk.config.settling import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayfolk.config.settings")
application = get_wsgi_application()
settle()
