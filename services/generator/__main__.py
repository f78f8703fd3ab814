"""`python -m services.generator`: the generator alone, with its settings from the environment."""

from services.generator.app import create_app
from services.generator.settings import Settings
from shared.runtime.serve import serve

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(create_app(settings), settings)
