"""Services shared between entries."""

from registry.domain.shared_services import ServiceKind
from registry.exports.schemas.fields import schema

SHARED_SERVICES = schema(
    "shared_services",
    "Power, relay, rescue and pads that an entry offers to all others on the same terms.",
    "id",
    """
    id            text!            | Id of the service.
    kind          text!            | What is shared.
    claim_id      text! claims.id  | The claim whose entry offers it.
    party_id      text! parties.id | The party that filed the claim.
    what          text!            | What is offered.
    serves        whole! from:1    | How many entries it can serve at a time.
    offered_at    instant!         | When it was offered.
    ended_at      instant          | When it ended.
    illustrative  yes-no!          | Whether it is invented.
    """,
    {"kind": ServiceKind},
)
SERVICE_RELIANCES = schema(
    "service_reliances",
    "Which entries rely on which services.",
    "id",
    """
    id          whole!                   | Number of the row.
    service_id  text! shared_services.id | The service.
    claim_id    text! claims.id          | The claim whose entry relies on it.
    party_id    text! parties.id         | The party that filed the claim.
    vital       yes-no!                  | Whether the operation has to stop without any service of the kind.
    need        text!                    | What for.
    since_at    instant!                 | From when on.
    ended_at    instant                  | When it ended.
    """,
)
SERVICES = (SHARED_SERVICES, SERVICE_RELIANCES)
