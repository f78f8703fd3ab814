"""`python -m services.review`: the review service alone, with its settings from the environment."""

from services.review.app import create_app
from services.review.settings import Settings
from shared.runtime.serve import serve

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(create_app(settings), settings)
