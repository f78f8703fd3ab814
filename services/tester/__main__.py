"""`python -m services.tester`: one tester worker, with its settings from the environment."""

from services.tester.app import create_app
from services.tester.settings import Settings
from shared.runtime.serve import serve

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(create_app(settings), settings)
