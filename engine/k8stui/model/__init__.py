"""Pure data: settings, names, labels, states and the views that screens show. No I/O."""
