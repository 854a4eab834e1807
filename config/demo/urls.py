"""The addresses of the demo: all of Causeway's, and those that exist nowhere else."""

from django.urls import path

from config.urls import urlpatterns as everywhere
from config.views.styleguide import styleguide

from . import views

urlpatterns = [
    *everywhere,
    path("demo/", views.demo, name="demo"),
    path("demo/look-as/", views.look_as, name="look_as"),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/<str:page>/", styleguide, name="styleguide"),
]
handler400 = "config.views.errors.bad_request"
handler500 = "config.views.errors.crash"
