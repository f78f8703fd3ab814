"""`python -m services.publisher`: the publisher alone, with its settings from the environment."""

from services.publisher.app import create_app
from services.publisher.settings import Settings
from shared.runtime.serve import serve

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(create_app(settings), settings)
