"""What is known of a party, and how it fills a form.

A record (models) is what a source says on a day; it comes in by import (importing) or from our own cases. For a draft
the sources are read (sources) into facts, which are kept and never change; ``resolution`` decides field by field what
fills, what is only offered and what people must settle, and ``origins`` says in words where each value comes from.
Other rooms import ``portal.prefill.service``.
"""
