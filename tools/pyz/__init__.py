"""Makes k8stui.pyz."""
