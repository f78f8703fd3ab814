"""`python -m services.audit`: the audit service alone, with its settings from the environment."""

from services.audit.app import create_app
from services.audit.settings import Settings
from shared.runtime.serve import serve

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(create_app(settings), settings)
