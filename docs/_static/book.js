// A page opened from a folder may not read other pages, so the search shows their titles alone.
if (location.protocol === "file:") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}
