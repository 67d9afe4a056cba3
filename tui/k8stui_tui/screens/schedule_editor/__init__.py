"""When a pipeline runs by itself, in a form that shows at once when that is: the editor of schedules, and new ones."""
