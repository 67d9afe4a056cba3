"""The big settings example of ZenML's page on its Kubernetes orchestrator, with only the import changed."""

from kubernetes.client.models import V1Toleration

from k8stui.model.settings import KubernetesOrchestratorSettings

kubernetes_settings = KubernetesOrchestratorSettings(
    pod_settings={
        "node_selectors": {"cloud.google.com/gke-nodepool": "ml-pool", "kubernetes.io/arch": "amd64"},
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        {
                            "matchExpressions": [
                                {
                                    "key": "gpu-type",
                                    "operator": "In",
                                    "values": ["nvidia-tesla-v100", "nvidia-tesla-p100"],
                                }
                            ]
                        }
                    ]
                }
            }
        },
        "tolerations": [
            V1Toleration(key="gpu", operator="Equal", value="present", effect="NoSchedule"),
            V1Toleration(key="high-priority", operator="Exists", effect="PreferNoSchedule"),
        ],
        "resources": {
            "requests": {"cpu": "2", "memory": "4Gi", "nvidia.com/gpu": "1"},
            "limits": {"cpu": "4", "memory": "8Gi", "nvidia.com/gpu": "1"},
        },
        "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "8080"},
        "volumes": [
            {"name": "data-volume", "persistentVolumeClaim": {"claimName": "ml-data-pvc"}},
            {"name": "config-volume", "configMap": {"name": "ml-config"}},
        ],
        "volume_mounts": [
            {"name": "data-volume", "mountPath": "/mnt/data"},
            {"name": "config-volume", "mountPath": "/etc/ml-config", "readOnly": True},
        ],
        "env": [
            {
                "name": "MY_ENVIRONMENT_VARIABLE",
                "value": "1",
            }
        ],
        "env_from": [
            {
                "secretRef": {
                    "name": "secret-name",
                }
            }
        ],
        "host_ipc": True,
        "image_pull_secrets": ["regcred", "gcr-secret"],
        "labels": {"app": "ml-pipeline", "environment": "production", "team": "data-science"},
        # Pass values for any additional PodSpec attribute here, e.g.
        # a deadline after which the pod should be killed
        "additional_pod_spec_args": {"active_deadline_seconds": 30},
    },
    orchestrator_pod_settings={
        "node_selectors": {"cloud.google.com/gke-nodepool": "orchestrator-pool"},
        "resources": {"requests": {"cpu": "1", "memory": "2Gi"}, "limits": {"cpu": "2", "memory": "4Gi"}},
        "labels": {"app": "zenml-orchestrator", "component": "pipeline-runner"},
    },
    service_account_name="zenml-pipeline-runner",
)
