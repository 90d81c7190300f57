"""What stands behind the command line, loaded the first time it is used.

`vitrail --help` needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vitrail.app.accounts.acting import By as By
    from vitrail.app.accounts.acting import at_command_line as at_command_line
    from vitrail.app.accounts.keys import add_key as add_key
    from vitrail.app.accounts.keys import all_keys as all_keys
    from vitrail.app.accounts.keys import revoke_key as revoke_key
    from vitrail.app.accounts.looking import note_list as note_list
    from vitrail.app.accounts.looking import note_look as note_look
    from vitrail.app.accounts.sessions import end_all_sessions as end_all_sessions
    from vitrail.app.accounts.sessions import sessions_of as sessions_of
    from vitrail.app.accounts.trail import Sought as Sought
    from vitrail.app.accounts.trail import export_trail as export_trail
    from vitrail.app.accounts.trail import find_user as find_user
    from vitrail.app.accounts.trail import list_users as list_users
    from vitrail.app.accounts.trail import read_trail as read_trail
    from vitrail.app.accounts.trail import verify_trail as verify_trail
    from vitrail.app.accounts.users import add_user as add_user
    from vitrail.app.accounts.users import change_role as change_role
    from vitrail.app.accounts.users import checked_role as checked_role
    from vitrail.app.accounts.users import disable_user as disable_user
    from vitrail.app.accounts.users import first_link as first_link
    from vitrail.app.accounts.users import new_link as new_link
    from vitrail.app.consenting import check_ledger as check_ledger
    from vitrail.app.consenting import consents_of as consents_of
    from vitrail.app.consenting import ledger_head as ledger_head
    from vitrail.app.declaration_files import read_declaration as read_declaration
    from vitrail.app.definition_files import read_definitions as read_definitions
    from vitrail.app.doctor.examining import examine as examine
    from vitrail.app.doctor.examining import of_unopened as of_unopened
    from vitrail.app.doctor.examining import repair as repair
    from vitrail.app.doctor.mail import Sender as Sender
    from vitrail.app.exports import gone_from as gone_from
    from vitrail.app.form_links import apply_forms as apply_forms
    from vitrail.app.form_links import forms_in_force as forms_in_force
    from vitrail.app.form_links import link_for as link_for
    from vitrail.app.form_links import links_for as links_for
    from vitrail.app.health import Health as Health
    from vitrail.app.health import health_of as health_of
    from vitrail.app.health import recent_health as recent_health
    from vitrail.app.http.committing import Bounds as Bounds
    from vitrail.app.http.limits import Rate as Rate
    from vitrail.app.http.server import Address as Address
    from vitrail.app.http.server import Duties as Duties
    from vitrail.app.http.server import serve as serve
    from vitrail.app.import_recipes import Columns as Columns
    from vitrail.app.import_recipes import Recipe as Recipe
    from vitrail.app.import_recipes import drafted as drafted
    from vitrail.app.import_recipes import is_whole as is_whole
    from vitrail.app.import_recipes import read_recipe as read_recipe
    from vitrail.app.import_recipes import run_import as run_import
    from vitrail.app.import_recipes import write_recipe as write_recipe
    from vitrail.app.instants import instant as instant
    from vitrail.app.kept_secrets import all_kept as all_kept
    from vitrail.app.kept_secrets import forget_for_sources as forget_for_sources
    from vitrail.app.kept_secrets import keep_for_sources as keep_for_sources
    from vitrail.app.kept_secrets import rotate as rotate
    from vitrail.app.known import Known as Known
    from vitrail.app.known import what_is_known as what_is_known
    from vitrail.app.pulling import Standing as Standing
    from vitrail.app.pulling import pull_one as pull_one
    from vitrail.app.pulling import source_history as source_history
    from vitrail.app.pulling import source_standings as source_standings
    from vitrail.app.purpose_files import ready_purposes_text as ready_purposes_text
    from vitrail.app.purposes import propose_purposes as propose_purposes
    from vitrail.app.purposes import purpose_in_force as purpose_in_force
    from vitrail.app.purposes import purposes_in_force as purposes_in_force
    from vitrail.app.purposes import put_in_force as put_in_force
    from vitrail.app.reaching import write_contacts as write_contacts
    from vitrail.app.ready import Ready as Ready
    from vitrail.app.ready import mapping_text as mapping_text
    from vitrail.app.ready import read_mapping as read_mapping
    from vitrail.app.ready import ready as ready
    from vitrail.app.record.gathering import gather_record as gather_record
    from vitrail.app.record.words import RecordWords as RecordWords
    from vitrail.app.record.writing import write_record as write_record
    from vitrail.app.rejects import write_refused_rows as write_refused_rows
    from vitrail.app.report.base.writing import write_base_report as write_base_report
    from vitrail.app.report.exports import Layout as Layout
    from vitrail.app.report.exports import export_audience as export_audience
    from vitrail.app.report.exports import export_segment as export_segment
    from vitrail.app.report.figures import Figures as Figures
    from vitrail.app.report.gather import gather as gather
    from vitrail.app.report.words import Speech as Speech
    from vitrail.app.report.writing import write_report as write_report
    from vitrail.app.respect_settings import choose_smallest_group as choose_smallest_group
    from vitrail.app.respect_settings import respect_of as respect_of
    from vitrail.app.restoring import restore_workspace as restore_workspace
    from vitrail.app.restoring import write_marks as write_marks
    from vitrail.app.retention import ready_retention_text as ready_retention_text
    from vitrail.app.rights.holders import holder_label as holder_label
    from vitrail.app.segment_acts import defining as defining
    from vitrail.app.shop.load import define_ready as define_ready
    from vitrail.app.shop.load import load_shop as load_shop
    from vitrail.app.source_files import read_sources as read_sources
    from vitrail.app.source_files import recipe_names as recipe_names
    from vitrail.app.source_files import recipe_text as recipe_text
    from vitrail.app.source_files import source_text as source_text
    from vitrail.app.tracking_sources import add_source as add_source
    from vitrail.app.tracking_sources import all_sources as all_sources
    from vitrail.app.tracking_sources import change_source as change_source
    from vitrail.app.tracking_sources import forget_warnings as forget_warnings
    from vitrail.app.tracking_sources import remove_source as remove_source
    from vitrail.app.tracking_sources import rotate_key as rotate_key
    from vitrail.app.tracking_sources import warnings_of as warnings_of
    from vitrail.app.workspace import Workspace as Workspace
    from vitrail.app.workspace import create as create
    from vitrail.app.workspace import open as open
    from vitrail.app.yaml_files import read_yaml as read_yaml
    from vitrail.app.yaml_files import yaml_text as yaml_text
    from vitrail.collect.consents import Meant as Meant
    from vitrail.collect.files.asking import Unanswered as Unanswered
    from vitrail.collect.files.asking import cells_of as cells_of
    from vitrail.collect.files.encodings import encoding_called as encoding_called
    from vitrail.collect.files.formulas import harmless as harmless
    from vitrail.collect.filing.quarantine import Group as Group
    from vitrail.collect.filing.quarantine import groups as groups
    from vitrail.collect.filing.quarantine import samples as samples
    from vitrail.collect.filing.replay import discard as discard
    from vitrail.collect.filing.replay import replay as replay
    from vitrail.collect.proposal import propose as propose
    from vitrail.collect.reference.editions import editions as editions
    from vitrail.collect.reference.files import installed_communes as installed_communes
    from vitrail.collect.reference.files import read_communes as read_communes
    from vitrail.collect.reference.holidays import holiday_segments as holiday_segments
    from vitrail.collect.reference.holidays import holidays as holidays
    from vitrail.collect.reference.placing import geography as geography
    from vitrail.collect.renewing import renew_reference as renew_reference
    from vitrail.collect.sources.kept import apply_sources as apply_sources
    from vitrail.collect.sources.kept import defined_sources as defined_sources
    from vitrail.collect.sources.kept import find_source as find_source
    from vitrail.collect.sources.kept import remove_pulled as remove_pulled
    from vitrail.collect.sources.pull import Pulled as Pulled
    from vitrail.consent.exports.following_up import Settling as Settling
    from vitrail.consent.exports.following_up import Told as Told
    from vitrail.consent.exports.register import Taking as Taking
    from vitrail.consent.rights.erasing import Patience as Patience
    from vitrail.consent.rights.erasing import place_of as place_of
    from vitrail.consent.rules import decision_table as decision_table
    from vitrail.consent.suppression import Suppressing as Suppressing
    from vitrail.consent.suppression import all_suppressed as all_suppressed
    from vitrail.consent.suppression import find_suppression as find_suppression
    from vitrail.consent.suppression import suppress as suppress
    from vitrail.consent.suppression import unsuppress as unsuppress
    from vitrail.consent.waterfall import STEP_NAMES as STEP_NAMES
    from vitrail.language.format import format as format
    from vitrail.language.parse import parse as parse
    from vitrail.ledger.exports import Export as Export
    from vitrail.ledger.runs import last_run as last_run
    from vitrail.ledger.sealing import new_key as new_key
    from vitrail.model.definitions import DefinitionFile as DefinitionFile
    from vitrail.warehouse.backup.making import back_up as back_up
    from vitrail.warehouse.backup.restoring import verify as verify
    from vitrail.warehouse.people import customers as customers
    from vitrail.warehouse.refresh import defined as defined
    from vitrail.warehouse.rehearsal import rehearse as rehearse
    from vitrail.warehouse.standings import Standings as Standings
    from vitrail.warehouse.standings import standings as standings
    from vitrail.warehouse.whereabouts import drop_elsewhere as drop_elsewhere

_PLACES = {
    "Sender": "vitrail.app.doctor.mail",
    "repair": "vitrail.app.doctor.examining",
    "examine": "vitrail.app.doctor.examining",
    "of_unopened": "vitrail.app.doctor.examining",
    "write_marks": "vitrail.app.restoring",
    "restore_workspace": "vitrail.app.restoring",
    "verify": "vitrail.warehouse.backup.restoring",
    "back_up": "vitrail.warehouse.backup.making",
    "new_key": "vitrail.ledger.sealing",
    "rotate": "vitrail.app.kept_secrets",
    "all_kept": "vitrail.app.kept_secrets",
    "forget_for_sources": "vitrail.app.kept_secrets",
    "keep_for_sources": "vitrail.app.kept_secrets",
    "check_ledger": "vitrail.app.consenting",
    "consents_of": "vitrail.app.consenting",
    "Meant": "vitrail.collect.consents",
    "Group": "vitrail.collect.filing.quarantine",
    "groups": "vitrail.collect.filing.quarantine",
    "samples": "vitrail.collect.filing.quarantine",
    "discard": "vitrail.collect.filing.replay",
    "replay": "vitrail.collect.filing.replay",
    "change_source": "vitrail.app.tracking_sources",
    "forget_warnings": "vitrail.app.tracking_sources",
    "warnings_of": "vitrail.app.tracking_sources",
    "apply_sources": "vitrail.collect.sources.kept",
    "defined_sources": "vitrail.collect.sources.kept",
    "find_source": "vitrail.collect.sources.kept",
    "pull_one": "vitrail.app.pulling",
    "Pulled": "vitrail.collect.sources.pull",
    "read_sources": "vitrail.app.source_files",
    "ready_retention_text": "vitrail.app.retention",
    "choose_smallest_group": "vitrail.app.respect_settings",
    "respect_of": "vitrail.app.respect_settings",
    "recipe_names": "vitrail.app.source_files",
    "recipe_text": "vitrail.app.source_files",
    "By": "vitrail.app.accounts.acting",
    "at_command_line": "vitrail.app.accounts.acting",
    "note_list": "vitrail.app.accounts.looking",
    "note_look": "vitrail.app.accounts.looking",
    "add_key": "vitrail.app.accounts.keys",
    "all_keys": "vitrail.app.accounts.keys",
    "revoke_key": "vitrail.app.accounts.keys",
    "end_all_sessions": "vitrail.app.accounts.sessions",
    "disable_user": "vitrail.app.accounts.users",
    "sessions_of": "vitrail.app.accounts.sessions",
    "Sought": "vitrail.app.accounts.trail",
    "export_trail": "vitrail.app.accounts.trail",
    "find_user": "vitrail.app.accounts.trail",
    "list_users": "vitrail.app.accounts.trail",
    "read_trail": "vitrail.app.accounts.trail",
    "verify_trail": "vitrail.app.accounts.trail",
    "add_user": "vitrail.app.accounts.users",
    "change_role": "vitrail.app.accounts.users",
    "checked_role": "vitrail.app.accounts.users",
    "first_link": "vitrail.app.accounts.users",
    "new_link": "vitrail.app.accounts.users",
    "remove_pulled": "vitrail.collect.sources.kept",
    "source_history": "vitrail.app.pulling",
    "source_standings": "vitrail.app.pulling",
    "source_text": "vitrail.app.source_files",
    "Standing": "vitrail.app.pulling",
    "apply_forms": "vitrail.app.form_links",
    "Rate": "vitrail.app.http.limits",
    "Address": "vitrail.app.http.server",
    "Bounds": "vitrail.app.http.committing",
    "Duties": "vitrail.app.http.server",
    "serve": "vitrail.app.http.server",
    "add_source": "vitrail.app.tracking_sources",
    "all_sources": "vitrail.app.tracking_sources",
    "Columns": "vitrail.app.import_recipes",
    "create": "vitrail.app.workspace",
    "drafted": "vitrail.app.import_recipes",
    "is_whole": "vitrail.app.import_recipes",
    "write_recipe": "vitrail.app.import_recipes",
    "Unanswered": "vitrail.collect.files.asking",
    "ready_purposes_text": "vitrail.app.purpose_files",
    "propose_purposes": "vitrail.app.purposes",
    "purpose_in_force": "vitrail.app.purposes",
    "purposes_in_force": "vitrail.app.purposes",
    "put_in_force": "vitrail.app.purposes",
    "RecordWords": "vitrail.app.record.words",
    "write_contacts": "vitrail.app.reaching",
    "ledger_head": "vitrail.app.consenting",
    "gather_record": "vitrail.app.record.gathering",
    "write_record": "vitrail.app.record.writing",
    "decision_table": "vitrail.consent.rules",
    "Suppressing": "vitrail.consent.suppression",
    "all_suppressed": "vitrail.consent.suppression",
    "find_suppression": "vitrail.consent.suppression",
    "suppress": "vitrail.consent.suppression",
    "unsuppress": "vitrail.consent.suppression",
    "STEP_NAMES": "vitrail.consent.waterfall",
    "cells_of": "vitrail.collect.files.asking",
    "propose": "vitrail.collect.proposal",
    "define_ready": "vitrail.app.shop.load",
    "customers": "vitrail.warehouse.people",
    "defined": "vitrail.warehouse.refresh",
    "DefinitionFile": "vitrail.model.definitions",
    "editions": "vitrail.collect.reference.editions",
    "export_segment": "vitrail.app.report.exports",
    "export_audience": "vitrail.app.report.exports",
    "Layout": "vitrail.app.report.exports",
    "gone_from": "vitrail.app.exports",
    "Taking": "vitrail.consent.exports.register",
    "Settling": "vitrail.consent.exports.following_up",
    "Figures": "vitrail.app.report.figures",
    "format": "vitrail.language.format",
    "forms_in_force": "vitrail.app.form_links",
    "gather": "vitrail.app.report.gather",
    "geography": "vitrail.collect.reference.placing",
    "holder_label": "vitrail.app.rights.holders",
    "Patience": "vitrail.consent.rights.erasing",
    "place_of": "vitrail.consent.rights.erasing",
    "encoding_called": "vitrail.collect.files.encodings",
    "harmless": "vitrail.collect.files.formulas",
    "holiday_segments": "vitrail.collect.reference.holidays",
    "holidays": "vitrail.collect.reference.holidays",
    "installed_communes": "vitrail.collect.reference.files",
    "health_of": "vitrail.app.health",
    "recent_health": "vitrail.app.health",
    "instant": "vitrail.app.instants",
    "Known": "vitrail.app.known",
    "last_run": "vitrail.ledger.runs",
    "link_for": "vitrail.app.form_links",
    "links_for": "vitrail.app.form_links",
    "load_shop": "vitrail.app.shop.load",
    "mapping_text": "vitrail.app.ready",
    "open": "vitrail.app.workspace",
    "parse": "vitrail.language.parse",
    "read_communes": "vitrail.collect.reference.files",
    "read_declaration": "vitrail.app.declaration_files",
    "read_definitions": "vitrail.app.definition_files",
    "read_mapping": "vitrail.app.ready",
    "read_recipe": "vitrail.app.import_recipes",
    "defining": "vitrail.app.segment_acts",
    "read_yaml": "vitrail.app.yaml_files",
    "Ready": "vitrail.app.ready",
    "ready": "vitrail.app.ready",
    "Recipe": "vitrail.app.import_recipes",
    "rehearse": "vitrail.warehouse.rehearsal",
    "drop_elsewhere": "vitrail.warehouse.whereabouts",
    "remove_source": "vitrail.app.tracking_sources",
    "rotate_key": "vitrail.app.tracking_sources",
    "renew_reference": "vitrail.collect.renewing",
    "run_import": "vitrail.app.import_recipes",
    "Speech": "vitrail.app.report.words",
    "Standings": "vitrail.warehouse.standings",
    "standings": "vitrail.warehouse.standings",
    "what_is_known": "vitrail.app.known",
    "Workspace": "vitrail.app.workspace",
    "write_refused_rows": "vitrail.app.rejects",
    "write_base_report": "vitrail.app.report.base.writing",
    "write_report": "vitrail.app.report.writing",
    "yaml_text": "vitrail.app.yaml_files",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'behind' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
