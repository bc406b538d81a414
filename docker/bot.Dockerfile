# Rasa and the action server: one image, two commands. The model is trained here, so image and model are one release.
FROM python:3.10-slim-bookworm

ENV PYTHONUNBUFFERED=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 WENBAN_ENV=production

RUN useradd --system --uid 10001 --create-home wenban

WORKDIR /app
COPY requirements/bot.txt requirements/bot.txt
RUN pip install --require-hashes -r requirements/bot.txt

COPY bot bot
COPY nlu_data nlu_data
COPY locales locales
COPY policy_kb/wording.py policy_kb/wording.py
COPY policy_kb/catalogue/dictionaries policy_kb/catalogue/dictionaries
RUN python policy_kb/wording.py \
 && WENBAN_ENV=development rasa train --config bot/config.yml --domain bot/domain \
      --data nlu_data bot/rules bot/stories --out bot/models --fixed-model-name wenban --quiet \
 && chown -R wenban:wenban /app

USER 10001
EXPOSE 5005 5055
CMD ["python", "-m", "bot.serve"]
