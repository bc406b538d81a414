"""The worker process: ``celery -A portal.worker worker`` and ``celery -A portal.worker beat``."""

from portal import create_app

flask_app = create_app()
celery = flask_app.extensions["celery"]
