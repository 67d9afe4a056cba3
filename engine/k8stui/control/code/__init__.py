"""Code packages: where they are kept for the pods of a run or a schedule, in ConfigMaps or in the artifact store."""
