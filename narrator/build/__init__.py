"""The whole job, once, for every caller: options, plan, pipeline, publishing, preview."""
