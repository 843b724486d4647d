"""The browser interface: `layout` places the parts, `events` answers, `render` and `sources` write the HTML."""
