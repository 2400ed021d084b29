"""BlurTypeThenParamPipeline: the type of a blur first, then its parameters."""
