"""Addresses that belong to no case: preferences, help and the component stories."""

from django.urls import path

from bankruptcy.delivery import preferences, stories

urlpatterns = [
    path("preferences/text", preferences.set_text_size, name="preferences-text"),
    path("help", stories.help_page, name="help"),
    path("stories", stories.stories, name="stories"),
]
