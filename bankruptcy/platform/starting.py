"""Starting everything in order, for `manage.py demo` and `manage.py demo_bundle` alike."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bankruptcy.platform import processes
from bankruptcy.platform.processes import Deployment
from bankruptcy.platform.readiness import READY_FILE, Progress, report
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import Supervisor
from ledger import keys


def prepare(services: Services, name: str, host: str, port: int) -> Deployment:
    """Keys, ports and addresses of a data folder; `name` counts at its first set-up only."""
    data = services.data
    (data.run / READY_FILE).unlink(missing_ok=True)
    report(data, Progress("正在启动数据库", "Starting the database"))
    keys.make_all()
    deployment = Deployment(data, keys.deployment_name(name), host, port)
    data.write_run("web.json", {"url": deployment.url})
    processes.choose_witness_ports(data)
    return deployment


def start(
    supervisor: Supervisor,
    services: Services,
    deployment: Deployment,
    answers: Callable[[], None] = lambda: None,
) -> None:
    """All but the demonstration's people. answers: called once the web does. Raises CannotStart."""
    data = services.data
    supervisor.add((processes.web(deployment),))
    supervisor.add_and_wait(services.processes())
    services.set_up()
    report(data, Progress("正在准备数据表", "Preparing the tables"))
    supervisor.run_once(processes.migrate(deployment))
    report(data, Progress("正在启动各项服务", "Starting the services"))
    supervisor.wait_ready("web")
    answers()
    with ThreadPoolExecutor(1) as pool:
        account = pool.submit(_court_account, supervisor, deployment)
        supervisor.add_together(processes.demonstration(deployment))
        account.result()


def _court_account(supervisor: Supervisor, deployment: Deployment) -> None:
    if processes.has_people():
        supervisor.run_once(processes.court_account(deployment))
