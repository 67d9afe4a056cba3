"""A step that wants a GPU between two that want none."""

from k8stui import pipeline, step

GPU = {
    "node_selectors": {"pool": "gpu"},
    "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
    "resources": {"requests": {"cpu": "50m"}, "limits": {"nvidia.com/gpu": "1"}},
    "env": [{"name": "CUDA_DEVICE_ORDER", "value": "PCI_BUS_ID"}],
}


@step(enable_cache=False)
def prepare() -> int:
    return 1


@step(enable_cache=False, settings={"pod_settings": GPU})
def train(rows: int) -> None:
    print("rows", rows)


@step(enable_cache=False)
def tell() -> None: ...


@pipeline
def gpu() -> None:
    trained = train(prepare())
    tell(after=trained)
