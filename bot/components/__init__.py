"""The steps of the pipeline in config.yml that Rasa does not bring along."""
