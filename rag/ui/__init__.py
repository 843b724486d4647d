"""The browser interface: `layout` is the frame, `chat` a tab in it, `render` and `sources` write the HTML."""
