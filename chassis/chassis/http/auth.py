"""Who calls, and may they: deny by default, role × agency scope."""

from collections.abc import Awaitable, Callable, Sequence

from anyio import to_thread
from fastapi import Request

from chassis.http.problem import ProblemError
from chassis.tokens import ROLES, BadToken, Caller, Keys, PersonalSubject


class Auth:
    """Gives FastAPI dependencies that let a caller through or answer 401 / 403."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    async def caller(self, request: Request) -> Caller:
        """The caller of this request; 401 without a valid token. Only a token that is not known yet costs a thread."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise ProblemError(401, "Cần đăng nhập.", headers={"WWW-Authenticate": "Bearer"})
        known = self._keys.known(token)
        return known if known is not None else await to_thread.run_sync(self.of, token)

    def of(self, token: str) -> Caller:
        """Whose token this is; 401 for one that is not valid."""
        try:
            return self._keys.check(token)
        except PersonalSubject as personal:
            why = "Mã đăng nhập phải mang mã giả danh của tài khoản, không phải họ tên, số điện thoại, số giấy tờ hay thư điện tử."
            raise ProblemError(401, why, headers={"WWW-Authenticate": "Bearer"}) from personal
        except BadToken as bad:
            raise ProblemError(401, "Mã đăng nhập không hợp lệ hoặc đã hết hạn.", headers={"WWW-Authenticate": "Bearer"}) from bad

    def needs(self, *roles: str) -> Callable[[Request], Awaitable[Caller]]:
        """A dependency: a caller with one of these roles (in whichever agency; the command checks the agency)."""

        if unknown := set(roles) - ROLES:
            raise ValueError(f"no such role: {', '.join(sorted(unknown))}")

        async def dependency(request: Request) -> Caller:
            caller = await self.caller(request)
            if not any(role in caller.roles for role in roles):
                raise ProblemError(403, f"Cần vai trò: {', '.join(roles)}.")
            return caller

        return dependency


def must_be_in(caller: Caller, role: str | Sequence[str], agency: str) -> None:
    """403 unless the caller has the role, or one of the roles, at that agency."""
    roles = [role] if isinstance(role, str) else role
    if not any(caller.may(each, agency) for each in roles):
        raise ProblemError(403, f"Cần vai trò {', '.join(roles)} tại cơ quan {agency}.")
