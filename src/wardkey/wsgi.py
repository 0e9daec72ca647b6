import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wardkey.settings")
application = get_wsgi_application()

# What is loaded by now stays for ever: the collector need not walk it again and again, and
# workers forked from here share it.
gc.collect()
gc.freeze()
