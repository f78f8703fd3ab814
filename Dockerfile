# syntax=docker/dockerfile:1
# One image per service:  docker build --build-arg SERVICE=review --tag patchbay-review .
# It holds shared/ and that one service, so an import of another service cannot even start.
ARG PYTHON=python:3.11-slim-bookworm
ARG NODE=node:24-slim

# The service's own folder; the console's with its bundle built.
FROM ${NODE} AS service
ARG SERVICE
WORKDIR /build
COPY services/${SERVICE}/ ./
RUN if [ -f assets/package-lock.json ]; then \
        cd assets && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs && rm -rf node_modules; \
    fi

# What every service needs and what this one needs besides, from hashed locks.
FROM ${PYTHON} AS dependencies
ARG SERVICE
ENV UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=/opt/venv
WORKDIR /build
COPY requirements-bootstrap.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements-bootstrap.lock \
    && uv venv --no-project "$VIRTUAL_ENV"
COPY requirements*.lock ./
RUN own="requirements-${SERVICE:-none}.lock"; [ -f "$own" ] || own=""; \
    uv pip sync --no-cache --require-hashes --compile-bytecode requirements.lock $own

FROM ${PYTHON} AS runtime
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin patchbay
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=dependencies /opt/venv /opt/venv
COPY shared/ shared/

# The one-shot job that makes a database and a role for each service.
FROM runtime AS provision
COPY make/provision.py ./
ENV PYTHONPATH=/app
USER patchbay
CMD ["python", "provision.py"]

FROM runtime
ARG SERVICE
COPY services/__init__.py services/
COPY --from=service /build services/${SERVICE}
RUN test -n "${SERVICE}" && python -m compileall -q shared services
ENV SERVICE=${SERVICE} PATCHBAY_HOST=0.0.0.0 PATCHBAY_PORT=8000
USER patchbay
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=6 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["sh", "-c", "exec python -m services.$SERVICE"]
