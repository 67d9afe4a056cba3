"""Connectors to Amazon EKS, by botocore: the SDK finds credentials, renews them and signs.

A token for EKS is a signed request to ask STS who one is, which the cluster sends there; it is good for 15 minutes.
Whatever botocore does is done in a thread, since it blocks.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from pydantic import Field, field_validator

from k8stui.cluster.login import Login
from k8stui.cluster.tls import named_endpoint
from k8stui.model.errors import ForbiddenError, InvalidInputError, K8stuiError, NotFoundError, UnreachableError
from k8stui.stacks.connectors.base import ConnectorConfig, missing_sdk
from k8stui.stacks.connectors.cloud import CloudConnector
from k8stui.stacks.connectors.short_lived import Token

_T = TypeVar("_T")

_LIFE = timedelta(minutes=14)
"""How long a token is taken to be good; EKS accepts it for 15 minutes."""
_REFUSED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_BAD_CREDENTIALS = {
    "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
    "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure", "InvalidAccessKeyId",
}  # fmt: skip


class AwsConfig(ConnectorConfig):
    """An account of AWS in one region.

    Raises:
        InvalidInputError: A field is unknown or wrong.
    """

    region: str = Field("", description="such as eu-west-1; empty for that of the profile or of AWS_REGION")
    profile: str = Field("", description="a profile of ~/.aws/config, SSO ones too; empty for what the SDK finds")
    role_arn: str = Field("", description="a role to assume; empty for none")
    external_id: str = Field("", description="the external id that the role asks for; empty for none")
    endpoint_url: str = Field("", description="another address of the EKS API, such as a private one; empty for AWS's")

    @field_validator("role_arn")
    @classmethod
    def _is_arn(cls, value: str) -> str:
        if value and not value.startswith("arn:"):
            raise InvalidInputError(
                f"connector.role_arn: {value!r} is not possible: it should be like arn:aws:iam::123456789012:role/NAME"
            )
        return value


class AwsConnector(CloudConnector):
    """The EKS clusters of an account and region."""

    kind = "aws"
    config_model = AwsConfig
    secret_names: ClassVar = {
        "aws_access_key_id": "an access key; without one the SDK looks where it always does",
        "aws_secret_access_key": "its secret part",
        "aws_session_token": "of temporary credentials",
    }

    async def _clusters(self) -> list[str]:
        return sorted(await self._in_thread(self._list, "list the clusters"))

    async def _login(self, cluster: str, *, interactive: bool) -> Login:  # noqa: ARG002 - the SDK asks nobody
        try:
            found = await self._in_thread(
                lambda: self._eks().describe_cluster(name=cluster)["cluster"], "describe a cluster"
            )
        except NotFoundError:
            try:
                known = await self._clusters()
            except K8stuiError:
                known = []
            raise self.no_such(cluster, known) from None
        if not found.get("endpoint"):
            raise UnreachableError(f"The cluster {cluster!r} has no address: EKS says it is {found.get('status')}.")
        endpoint = named_endpoint(found["endpoint"], base64.b64decode(found["certificateAuthority"]["data"]))
        return Login(endpoint, self._credentials_of(lambda: self._token(cluster), "sign a token"))

    def _described(self, cluster: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._eks().describe_cluster(name=cluster)["cluster"]
        return found

    def _list(self) -> list[str]:
        pages = self._eks().get_paginator("list_clusters").paginate()
        return [name for page in pages for name in page["clusters"]]

    def _token(self, cluster: str) -> Token:
        from botocore.signers import RequestSigner

        session, region = self._started()
        sts = session.create_client("sts", region_name=region, config=_settings())
        signer = RequestSigner(
            sts.meta.service_model.service_id,
            region,
            "sts",
            "v4",
            session.get_credentials(),
            session.get_component("event_emitter"),
        )
        request = {
            "method": "GET",
            "url": f"{sts.meta.endpoint_url}/?Action=GetCallerIdentity&Version=2011-06-15",
            "body": {},
            "headers": {"x-k8s-aws-id": cluster},
            "context": {},
        }
        url = signer.generate_presigned_url(request, region_name=region, expires_in=60, operation_name="")
        value = "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
        return Token(value, datetime.now(UTC) + _LIFE)

    def _eks(self) -> Any:
        session, region = self._started()
        return session.create_client(
            "eks", region_name=region, endpoint_url=self.config.endpoint_url or None, config=_settings()
        )

    def _started(self) -> tuple[Any, str]:
        """The SDK's session, which keeps credentials and renews them, and the region."""
        session = self._session or self._start()
        region = self._region(session)
        if not region:
            raise InvalidInputError(
                f"The connector {self.name!r} has no region, and neither the profile nor AWS_REGION names one.",
                hint=f"k8stui service-connector update {self.name} --region=eu-west-1",
            )
        self._session = session
        return session, region

    def _region(self, session: Any) -> str:
        # botocore itself reads AWS_DEFAULT_REGION only; all other tools of AWS go by AWS_REGION first.
        return str(self.config.region or os.environ.get("AWS_REGION") or session.get_config_variable("region") or "")

    def _start(self) -> Any:
        from botocore.session import Session

        session = Session(profile=self.config.profile or None)
        if key := self._secrets.get("aws_access_key_id"):
            secret, token = self._secrets.get("aws_secret_access_key"), self._secrets.get("aws_session_token")
            if not secret:
                raise InvalidInputError(
                    f"The connector {self.name!r} has an access key without its secret part.",
                    hint=f"k8stui service-connector update {self.name} --secret aws_secret_access_key",
                )
            session.set_credentials(key, secret, token)
        if self.config.role_arn:
            self._assume_role(session)
        if session.get_credentials() is None:
            raise UnreachableError(
                f"The connector {self.name!r} has no credentials, and the SDK finds none.",
                hint="Log in (aws configure, aws sso login), or give --secret aws_access_key_id "
                "--secret aws_secret_access_key.",
            )
        return session

    def _assume_role(self, session: Any) -> None:
        from botocore.credentials import (
            DeferredRefreshableCredentials,
            create_assume_role_refresher,
        )

        region = self._region(session) or "us-east-1"
        asked = {"RoleArn": self.config.role_arn, "RoleSessionName": "k8stui"}
        if self.config.external_id:
            asked["ExternalId"] = self.config.external_id
        sts = session.create_client("sts", region_name=region, config=_settings())
        # The session has no other way to be told of credentials that renew themselves.
        session._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - see above
            create_assume_role_refresher(sts, asked), "sts-assume-role"
        )

    def _told(self, work: Callable[[], _T], what: str) -> _T:
        try:
            from botocore import exceptions
        except ImportError:
            raise missing_sdk(self.kind, "AWS") from None
        try:
            return work()
        except exceptions.ClientError as error:
            raise self._refusal(error.response.get("Error") or {}, what) from error
        except exceptions.NoCredentialsError as error:
            raise UnreachableError(
                f"The connector {self.name!r} has no credentials, and the SDK finds none."
            ) from error
        except exceptions.BotoCoreError as error:
            hint = f"aws sso login --profile {self.config.profile}" if "SSO" in type(error).__name__ else ""
            raise UnreachableError(
                f"The connector {self.name!r} could not {what} at AWS: {error}".rstrip(".") + ".",
                hint=f"Log in again: {hint}" if hint else "Is AWS reachable from here? Check region and profile.",
            ) from error

    def _refusal(self, error: Mapping[str, Any], what: str) -> K8stuiError:
        code, said = str(error.get("Code") or ""), str(error.get("Message") or "").rstrip(".")
        if code == "ResourceNotFoundException":
            return NotFoundError(said)
        if code in _BAD_CREDENTIALS:
            return UnreachableError(
                f"AWS does not accept the credentials of the connector {self.name!r}: {said} ({code}).",
                hint=f"Log in again, or: k8stui service-connector update {self.name} --secret aws_secret_access_key",
            )
        if code in _REFUSED:
            return ForbiddenError(
                f"AWS does not let the connector {self.name!r} {what}: {said}.",
                hint="It needs eks:ListClusters and eks:DescribeCluster, and sts:AssumeRole where it has a role_arn.",
            )
        return UnreachableError(f"The connector {self.name!r} could not {what} at AWS: {said} ({code}).")


def _settings() -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"max_attempts": 3, "mode": "standard"},
    )
