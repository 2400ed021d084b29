"""The shipped models, files of `skblur.save_model`."""
