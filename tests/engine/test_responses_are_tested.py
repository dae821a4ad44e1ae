"""Every response of the catalogue is within a player's reach, and has a test of what it changes and what it costs.

A response that is added to the catalogue fails here until somebody can order it somewhere and a test holds it by name.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from sessions import SCENARIOS, TARGETS, blueprint
from sim.engine.world import World

HERE: Final = Path(__file__).parent

TESTS: Final[dict[str, tuple[str, ...]]] = {
    "visible-patrol": (
        "test_response_effects::test_troops_in_the_town_are_seen_and_expected_to_act_and_are_missing_at_the_base",
    ),
    "strong-posture": (
        "test_response_effects::test_a_strong_posture_puts_more_men_to_work_and_leaves_its_unit_to_that",
        "test_tasks::test_a_posture_is_the_one_that_was_ordered",
    ),
    "community-engagement": (
        "test_tasks::test_only_a_task_that_was_completed_has_its_effect",
        "test_staff_risk::test_an_activity_above_what_is_permitted_is_stopped_and_below_it_goes_on",
    ),
    "interposition": (
        "test_response_effects::test_troops_in_the_town_are_seen_and_expected_to_act_and_are_missing_at_the_base",
        "test_manpower::test_an_open_way_fills_the_store_and_a_unit_on_it_cuts_it",
    ),
    "show-of-force": (
        "test_response_effects::test_troops_in_the_town_are_seen_and_expected_to_act_and_are_missing_at_the_base",
    ),
    "redeploy-guard": (
        "test_response_effects::test_troops_in_the_town_are_seen_and_expected_to_act_and_are_missing_at_the_base",
        "test_endurance_and_bases::test_supply_runs_down_a_day_a_day_from_the_departure_and_is_whole_again_at_a_base",
    ),
    "physical-protection": (
        "test_response_effects::test_troops_in_the_town_are_seen_and_expected_to_act_and_are_missing_at_the_base",
        "test_initiative::test_a_direction_that_delegates_reaches_those_who_stand_where_it_was_given_for",
    ),
    "outer-perimeter": (
        "test_responses::test_a_company_around_the_base_holds_the_outer_ring_and_no_longer_the_inner",
        "test_security::test_staff_are_hit_in_attacks_less_often_behind_an_outer_ring",
    ),
    "inner-perimeter": (
        "test_response_effects::test_police_in_the_inner_ring_keep_order_there_and_are_nowhere_else",
        "test_caveats::test_an_undeclared_caveat_surfaces_on_tasking_alone_and_as_a_report_later",
    ),
    "reinforce": (
        "test_response_effects::test_reinforcing_brings_heads_to_one_place_and_takes_them_from_another_after_the_road",
    ),
    "weapons-screening": (
        "test_response_effects::test_searching_those_who_come_in_finds_weapons_and_keeps_them_waiting",
    ),
    "secure-aid": (
        "test_response_effects::test_soldiers_around_aid_are_there_and_not_at_the_base",
        "test_support::test_aid_comes_once_to_a_place_that_is_held_and_stays",
    ),
    "firewood-patrol": (
        "test_response_effects::test_who_is_asked_to_go_with_the_women_for_firewood_covers_them_and_is_away_from_the_gate",
    ),
    "monitor-return": (
        "test_response_effects::test_monitors_on_the_way_home_make_a_deal_hold_longer_and_are_missing_at_the_base",
    ),
    "joint-liaison": ("test_response_effects::test_a_liaison_team_wins_consent_and_is_away_from_its_other_work",),
    "collect-information": ("test_responses::test_a_source_notices_more_where_information_is_collected",),
    "open-gate": (
        "test_response_effects::test_a_gate_that_is_shut_keeps_people_out_who_grow_angry_before_it",
        "test_tasks::test_a_gate_stands_as_it_was_ordered",
    ),
    "shut-gate": ("test_response_effects::test_a_gate_that_is_shut_keeps_people_out_who_grow_angry_before_it",),
    "open-annex": ("test_host_state::test_ground_taken_without_a_permit_costs_consent_and_with_one_does_not",),
    "allow-search": (
        "test_response_effects::test_letting_police_of_the_state_search_buys_consent_and_costs_legitimacy_and_calm_at_the_site",
    ),
    "ration-water": (
        "test_response_effects::test_rationing_gives_those_who_shelter_part_of_the_bases_own_water_and_there_is_only_one_such_part",
    ),
    "truck-water": (
        "test_support::test_trucks_bring_what_their_round_trips_allow",
        "test_support::test_water_ends_with_the_order_that_brought_it",
    ),
    "request-clearance": ("test_host_state::test_a_clearance_asked_in_time_is_with_whoever_was_asked_and_no_other",),
    "evacuate-wounded": (
        "test_support::test_an_evacuation_takes_no_more_than_its_stretchers_and_brings_the_aircraft_home",
    ),
    "relocate-staff": (
        "test_security::test_a_relocation_takes_the_interpreters_away_and_leaves_the_troops",
        "test_security::test_fear_keeps_home_more_once_the_internationals_are_gone",
    ),
    "retain-essential-staff": (
        "test_security::test_essential_volunteers_stay_and_a_later_word_replaces_an_earlier_one",
        "test_staff_risk::test_essential_volunteers_are_a_criticality_of_their_own",
    ),
    "good-offices": ("test_talks::test_good_offices_bring_talks_a_step_on_and_sign_nothing",),
    "local-mediation": (
        "test_talks::test_a_round_ends_in_a_deal_with_the_odds_it_left_in_the_journal",
        "test_talks::test_the_more_clauses_are_on_the_table_the_longer_a_round_takes",
    ),
    "go-and-see-visits": (
        "test_response_effects::test_go_and_see_visits_ease_fear_and_quicken_a_return_that_is_settled_and_take_an_office_its_hours",
    ),
    "strategic-message": ("test_response_effects::test_two_public_lines_within_a_day_undo_each_other",),
    "warn-group": (
        "test_response_effects::test_a_warning_speaks_to_one_group_costs_nothing_when_kept_and_credibility_when_it_was_empty",
    ),
    "liaison": ("test_talks::test_liaison_with_a_counterpart_answers_its_demand",),
    "humanitarian-coordination": (
        "test_response_effects::test_agencies_told_that_a_place_is_held_bring_aid_after_days_and_an_office_spends_its_hours_on_it",
    ),
    "demarche-host-state": (
        "test_host_state::test_a_demarche_moves_the_one_who_was_spoken_to_and_binds_no_other",
        "test_obstruction::test_a_call_at_once_is_worth_less_than_a_visit",
    ),
    "demarche-contributor": (
        "test_caveats::test_a_demarche_to_the_capital_counts_where_its_instruction_is_the_ground_and_costs_confidence",
    ),
    "demarche-headquarters": (
        "test_response_effects::test_a_word_to_headquarters_gains_its_confidence_and_its_answer_comes_when_it_comes",
    ),
    "activate-crisis-team": (
        "test_response_effects::test_the_crisis_team_sits_after_an_hour_and_makes_work_within_a_component_slower",
    ),
    "endorse-return": (
        "test_response_effects::test_endorsing_a_return_pleases_who_wants_the_camp_shut_and_is_remembered_when_the_deal_breaks",
    ),
    "decline-return": (
        "test_response_effects::test_declining_a_return_gains_legitimacy_and_costs_consent_with_whoever_demanded_it",
    ),
    "curfew": (
        "test_curfew::test_by_night_it_leaves_looters_fewer_chances_and_by_day_as_many_as_before",
        "test_curfew::test_every_night_it_is_enforced_and_how_is_a_matter_of_who_enforces_it",
    ),
    "rule-of-law-support": (
        "test_due_diligence::test_assurances_rest_on_consent_and_the_rule_of_law_and_fall_with_every_abuse",
    ),
    "due-diligence-assessment": (
        "test_due_diligence::test_an_assessment_takes_days_and_comes_to_what_is_on_the_record",
    ),
    "support-host-forces": (
        "test_due_diligence::test_support_buys_consent_and_help_and_is_missed_when_it_ends",
        "test_due_diligence::test_support_without_an_assessment_is_noticed_at_headquarters_and_after_one_it_is_not",
    ),
    "name-violations": (
        "test_due_diligence::test_naming_gains_those_it_was_done_to_and_costs_consent_with_all_three_most_with_the_one_named",
    ),
    "protest-violation": (
        "test_obstruction::test_a_protest_answers_it_costs_a_little_consent_and_makes_a_record_that_the_next_demarche_leans_on",
    ),
    "force-passage": (
        "test_obstruction::test_going_through_costs_consent_gains_credibility_and_may_be_answered_with_fire",
    ),
    "alert-network": (
        "test_networks::test_a_network_grows_to_what_trust_and_telephones_allow_and_fades_when_nobody_keeps_it",
        "test_networks::test_where_there_is_a_network_the_mission_hears_what_it_did_not",
    ),
    "security-survey": ("test_networks::test_a_survey_is_reported_and_lowers_the_harm_of_an_attack_through_exposure",),
    "hire-interpreters": (
        "test_networks::test_interpreters_let_a_unit_that_speaks_no_word_understand_and_fear_keeps_them_at_home",
    ),
    "protect-sources": ("test_response_effects::test_sources_that_are_protected_are_safer_and_tell_less",),
    "crowd-control": (
        "test_crowds::test_a_crowd_that_is_held_is_less_violent_than_one_that_is_not",
        "test_crowds::test_too_much_on_people_who_did_nothing_costs_legitimacy_and_makes_them_angrier",
    ),
    "rehearse-handover": (
        "test_handover::test_a_rehearsal_fades_as_people_rotate",
        "test_handover::test_whoever_has_rehearsed_is_quicker_with_the_same_luck",
    ),
    "hand-over-to-military": ("test_handover::test_the_rings_of_a_site_are_thinner_while_control_passes",),
    "hand-back-to-police": (
        "test_handover::test_public_order_is_the_polices_until_it_is_handed_over_and_again_when_it_is_handed_back",
    ),
    "apprehend": (
        "test_custody::test_an_arrest_weakens_the_group_by_those_who_were_taken",
        "test_custody::test_who_does_not_know_where_they_are_arrests_nobody_more_often",
        "test_custody::test_some_resist_and_then_people_are_hurt",
    ),
    "cordon-and-search": ("test_custody::test_a_search_finds_weapons_and_loses_doors",),
    "transfer-detainees": (
        "test_custody::test_a_hand_over_without_assurances_costs_legitimacy_and_legal_standing_and_pleases_the_other_side",
    ),
    "release-detainees": ("test_custody::test_those_let_go_in_time_cost_no_hour_and_some_are_with_their_group_again",),
    "fact-finding": ("test_custody::test_silence_after_harm_done_by_the_mission_costs_and_a_finding_in_time_gains",),
    "risk-assessment": ("test_staff_risk::test_an_assessment_with_its_measures_eases_the_risk_for_a_time",),
    "programme-criticality": (
        "test_staff_risk::test_an_activity_above_what_is_permitted_is_stopped_and_below_it_goes_on",
        "test_staff_risk::test_what_nobody_signed_for_costs_more_when_staff_are_hurt",
    ),
    "evacuate-staff": (
        "test_security::test_an_evacuation_takes_every_team_out_and_agencies_with_it",
        "test_security::test_those_left_behind_remember_it_and_those_taken_along_are_missed_by_their_state",
    ),
    "strengthen-installation": (
        "test_works::test_fewer_guards_are_needed_for_a_full_ring",
        "test_works::test_each_round_adds_less_and_materials_run_out",
    ),
    "robust-defence": (
        "test_works::test_a_forward_defence_holds_more_ring_and_deters",
        "test_works::test_positions_forward_of_the_wire_cost_consent_where_nobody_cleared_them",
    ),
    "evacuate-civilians": (
        "test_rescue::test_people_arrive_where_they_were_taken_and_the_escort_with_them",
        "test_rescue::test_those_who_stay_are_more_afraid_than_before",
        "test_rescue::test_without_a_permit_it_costs_consent",
    ),
    "search-and-rescue": (
        "test_rescue::test_search_and_rescue_brings_staff_and_some_people_back",
        "test_rescue::test_going_in_where_there_is_fighting_meets_more_contact",
    ),
    "aerial-reconnaissance": (
        "test_air::test_reconnaissance_finds_a_column_that_nobody_else_has_seen",
        "test_networks::test_a_drone_sees_where_it_is_sent_and_by_day_only",
    ),
    "guard-terrain": (
        "test_columns::test_a_unit_that_guards_the_terrain_makes_a_column_decide",
        "test_engagements::test_guarding_a_way_reassures_and_ends_with_its_task",
    ),
    "targeted-operation": (
        "test_engagements::test_an_operation_finds_a_group_by_what_is_known_of_it",
        "test_engagements::test_an_operation_that_finds_nobody_frightens_and_costs_legitimacy",
    ),
    "direct-confrontation": (
        "test_engagements::test_a_confrontation_drives_a_group_out_of_a_place_or_fights_it",
        "test_lawfulness::test_an_operation_among_thousands_of_people_is_out_of_proportion",
    ),
    "close-air-support": (
        "test_air::test_fire_on_a_column_is_answered_for_in_the_record_and_stops_most_columns",
        "test_air::test_fire_among_families_hurts_them_and_costs_standing",
    ),
    "monitor-zone": ("test_engagements::test_whoever_comes_into_a_watched_zone_is_reported_at_once",),
    "declare-red-line": (
        "test_red_lines::test_a_line_that_binds_some_and_not_others_costs_impartiality_with_those_it_binds",
        "test_red_lines::test_announcing_takes_an_office_and_each_commander_confirms_or_does_not",
    ),
    "withdraw-red-line": ("test_red_lines::test_a_word_taken_back_costs_credibility_with_those_who_had_heard_it",),
    "negotiate-with-group": (
        "test_response_effects::test_a_round_with_a_group_takes_its_hours_and_leaves_it_with_a_stand",
        "test_bargaining::test_two_seats_with_two_sets_of_terms_within_a_day_undo_each_other",
    ),
    "engage-patron": (
        "test_patrons::test_a_patron_who_speaks_moves_the_group_he_has_leverage_over",
        "test_patrons::test_every_favour_uses_him_up_and_a_refusal_more",
    ),
    "deny-recovery": ("test_manpower::test_standing_where_it_gathers_keeps_fighters_away_and_is_shot_at",),
    "support-ddr": (
        "test_disarmament::test_fighters_of_a_group_inside_the_process_leave_while_somebody_supports_it",
        "test_disarmament::test_who_is_not_received_goes_back_to_what_he_knows",
    ),
    "threat-assessment": (
        "test_assessments::test_whoever_asks_gets_a_word_with_a_grade_of_its_own_hours_later",
        "test_assessments::test_several_questions_at_once_wait_for_each_other",
    ),
    "counter-rumour": (
        "test_rumours::test_an_answer_undoes_part_of_it_and_less_the_later_it_comes",
        "test_rumours::test_denying_what_is_so_costs_more_than_silence",
    ),
    "checkpoint": (
        "test_freedom_of_movement::test_a_checkpoint_finds_weapons_shows_itself_holds_up_travellers_and_costs_goodwill",
    ),
    "long-range-patrol": (
        "test_endurance_and_bases::test_a_long_patrol_is_seen_in_several_places_and_stays_in_none_but_its_own",
    ),
    "escort-convoy": (
        "test_convoys::test_agencies_ask_for_an_escort_where_it_is_dangerous_and_go_with_the_one_they_asked_for",
        "test_convoys::test_an_escort_that_nobody_asked_for_costs_their_trust_and_they_stay_at_home",
    ),
    "clear-route": ("test_freedom_of_movement::test_a_team_clears_by_the_day_and_the_road_is_open_again",),
    "establish-base": (
        "test_endurance_and_bases::test_a_base_is_built_and_then_its_unit_is_near_trusted_and_fed_for_longer",
        "test_endurance_and_bases::test_a_commander_objects_sooner_the_farther_the_surgeon_and_where_no_end_is_named",
    ),
    "close-base": ("test_endurance_and_bases::test_when_a_base_closes_those_who_relied_on_it_are_afraid_and_say_so",),
    "resupply-base": ("test_endurance_and_bases::test_what_is_brought_is_shared_by_heads_up_to_what_can_be_stored",),
}
"""Where each response is tested: what it changes, through which mechanism, and what it costs; module::test."""

RESPONSES: Final = list(blueprint().doctrine.responses)


@cache
def world_of(scenario: str) -> World:
    """A shipped scenario as it begins; nobody changes it."""
    return World(blueprint(scenario=scenario), 1)


def can_be_ordered(world: World, action: str) -> bool:
    """Whether some seat there can order it: with a unit that is able, a place and somebody to address it to."""
    plan = world.blueprint
    response = plan.doctrine.responses[action]
    places = [place.id for place in plan.places.values() if response.needs != "site" or place.site is not None]
    targets = [""]
    if response.needs == "target":
        targets = [target for kind in response.targets for target in getattr(plan, TARGETS[kind])]
    office = response.performed_by == "office"
    givers = (
        [(seat, "") for seat in plan.seats] if office else [(unit.controller, unit.id) for unit in plan.units.values()]
    )
    return any(
        world.authority.refusal(seat, action, unit, place, target, "order") == ""
        for place in places[:1]
        for target in targets[:1]
        for seat, unit in givers
    )


@pytest.mark.parametrize("action", RESPONSES)
def test_somebody_can_order_it_in_a_shipped_scenario(action: str) -> None:
    assert any(can_be_ordered(world_of(scenario), action) for scenario in SCENARIOS)


@cache
def module(name: str) -> dict[str, ast.stmt]:
    """The functions and constants of a test module, by name."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse((HERE / f"{name}.py").read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({target.id: node for target in targets if isinstance(target, ast.Name)})
    return found


def words(name: str, test: str) -> set[str]:
    """Every word that a test and the helpers of its module it leans on have between quotation marks."""
    parts = module(name)
    said: set[str] = set()
    seen: set[str] = set()
    open_ = [test]
    while open_:
        part = open_.pop()
        if part in seen or part not in parts:
            continue
        seen.add(part)
        for node in ast.walk(parts[part]):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
            elif isinstance(node, ast.Name):
                open_.append(node.id)
    return said


def test_every_response_of_the_catalogue_has_an_entry_and_no_entry_is_of_another() -> None:
    assert set(TESTS) == set(RESPONSES)


@pytest.mark.parametrize("action", list(TESTS))
def test_its_mechanism_has_tests_that_name_it(action: str) -> None:
    for entry in TESTS[action]:
        name, _, test = entry.partition("::")
        assert test in module(name), entry
        assert action in words(name, test), f"{entry} does not name {action}"
