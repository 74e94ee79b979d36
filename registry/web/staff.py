"""The first page after signing in."""

from flask import Blueprint, render_template
from flask_security import auth_required, current_user

from registry.web.sessions import chosen_round

pages = Blueprint("staff", __name__)


@pages.get("/staff")
@auth_required("session")
def staff_home() -> str:
    """Who is signed in, in which roles, and where the round stands."""
    return render_template("staff.html", person=current_user, round=chosen_round())
