# The portal, its worker and its beat: one image, three commands (docker-compose.yml).
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    FLASK_APP=portal WENBAN_ENV=production WENBAN_DATA=/data

# What WeasyPrint draws PDF with, and glyphs for rare characters in names.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      fontconfig fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home wenban \
 && install -d -o wenban -g wenban /data

WORKDIR /app
COPY requirements/portal.txt requirements/portal.txt
RUN pip install --require-hashes -r requirements/portal.txt

COPY locales locales
COPY policy_kb policy_kb
COPY portal portal
RUN python -m policy_kb.wording

USER 10001
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "python:portal.serving", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "32", "--timeout", "60", "--graceful-timeout", "10", "--no-control-socket", "portal:create_app()"]
