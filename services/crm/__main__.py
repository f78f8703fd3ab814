"""`python -m services.crm`: the live CRM alone, with its settings from the environment."""

from services.crm.app import create_app
from services.crm.settings import Settings
from shared.runtime.serve import serve

if __name__ == "__main__":
    settings = Settings.model_validate({})
    serve(create_app(settings), settings)
