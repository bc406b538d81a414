"""Forms as data: one file a form, checked, and compiled to pages, a data contract and a plan for asking in chat.

A definition in ``definitions/`` is read (loading), held against named rules (linting) and becomes a ``Form`` (spec);
what people type becomes a value (values, formats), conditions and checks between fields are a closed set of
operators (rules), and the data contract is a JSON Schema (contract). Other rooms import ``portal.forms.service``.
"""
