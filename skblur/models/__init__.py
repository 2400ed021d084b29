"""Files of models, without pickle, and the models that come with skblur."""
