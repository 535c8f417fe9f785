"""Django's settings for MapIt: no more than a point lookup needs, debugging off, the connection kept."""

import os

SECRET_KEY = "of no use to anybody"  # noqa: S105
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "HOST": os.environ["MAPIT_HOST"],
        "PORT": os.environ["MAPIT_PORT"],
        "USER": os.environ["MAPIT_USER"],
        "NAME": os.environ["MAPIT_DATABASE"],
        "CONN_MAX_AGE": None,
    }
}
INSTALLED_APPS = ["django.contrib.gis", "django.contrib.humanize", "mapit"]
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "mapit.middleware.JSONPMiddleware",
    "mapit.middleware.ViewExceptionMiddleware",
]
ROOT_URLCONF = "mapit.urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
MAPIT_AREA_SRID = 4326
MAPIT_COUNTRY = ""
MAPIT_RATE_LIMIT = {"ips": ["127.0.0.1"]}
POSTCODES_AVAILABLE = PARTIAL_POSTCODES_AVAILABLE = False
GOOGLE_ANALYTICS = ""
GDAL_LIBRARY_PATH = os.environ["MAPIT_GDAL"]
GEOS_LIBRARY_PATH = os.environ["MAPIT_GEOS"]
