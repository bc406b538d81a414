"""Celery bound to the Flask application; the web processes use it to send, the worker to run."""

from celery import Celery, Task
from flask import Flask


def init_celery(app: Flask) -> None:
    """Make the Celery application and keep it in ``app.extensions["celery"]``."""

    class ContextTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    settings = app.config["SETTINGS"]
    celery = Celery("portal", task_cls=ContextTask, include=["portal.tasks"])
    celery.config_from_object(
        {
            "broker_url": settings.broker_url,
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            "worker_prefetch_multiplier": 1,
            "broker_connection_retry_on_startup": True,
            # kombu re-delivers what a killed worker held after this many seconds (Redis only)
            "broker_transport_options": {"visibility_timeout": 300} if settings.broker_url.startswith("redis") else {},
            "timezone": "Asia/Shanghai",
            "beat_schedule_filename": str(settings.data / "beat-schedule"),
            "beat_schedule": {
                "sweep": {"task": "portal.sweep", "schedule": 20.0},
                # often, so that a worker that was away in the morning still reminds that day; given is given
                "reminders": {"task": "portal.remind", "schedule": 900.0},
                "conversations": {"task": "portal.delete_conversations", "schedule": 3600.0},
                "handovers": {"task": "portal.time_handovers", "schedule": 15.0},
            },
        }
    )
    celery.set_default()
    app.extensions["celery"] = celery
