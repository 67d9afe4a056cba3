"""Service connectors: how clusters are found and logged in to. One module for each type, `types` knows them all."""
