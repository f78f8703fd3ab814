"""The gateway as a process: `python -m services.gateway`."""

from services.gateway.app import create_app
from services.gateway.serving import serve_gateway
from services.gateway.settings import Settings

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve_gateway(create_app(settings), settings)
