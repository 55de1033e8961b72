//! Tables, views, functions and comments.

use super::super::facts::Dependant;
use super::super::plan::Step;
use super::{Schema, catalog_step, is_reference};
use crate::catalog::mend::{comment, comment_on_column, create_view, name};
use crate::catalog::{ColumnFault, Finding, PartFault, PartKind};

impl Schema<'_> {
    /// The views that have to be made again: those that stand on what changes, and the crate's own that are not as expected.
    pub(super) fn views_to_drop(&self) -> Vec<(String, bool)> {
        let dependants = self.facts.dependants.iter().rev();
        let mut views: Vec<(String, bool)> = dependants
            .map(|view| (view.written.clone(), view.is_materialized))
            .collect();
        for (_, view, fault) in self.parts(PartKind::View) {
            let written = name(view);
            let differs = matches!(fault, PartFault::Differs { .. });
            if differs && !views.iter().any(|(known, _)| *known == written) {
                views.push((written, false));
            }
        }
        views
    }

    pub(super) fn drop_views(&self) -> Option<Step> {
        let drops = self
            .views_to_drop()
            .into_iter()
            .map(|(view, is_materialized)| {
                let kind = if is_materialized {
                    "MATERIALIZED VIEW"
                } else {
                    "VIEW"
                };
                format!("DROP {kind} {view}")
            });
        let mut step = catalog_step(
            "drop the views that stand on what changes; they are made again",
            None,
            drops.collect(),
        )?;
        step.lock = Some("ACCESS EXCLUSIVE on the views".to_owned());
        Some(step)
    }

    pub(super) fn rename_tables(&self) -> Vec<Step> {
        let renamed = self.survey.renamed.iter();
        renamed
            .filter_map(|(new, old)| {
                let mut step = catalog_step(
                    format!("rename {old} to {new}; the old name becomes a view"),
                    Some(new),
                    vec![format!("ALTER TABLE {} RENAME TO {}", name(old), name(new))],
                )?;
                step.lock = Some(format!("ACCESS EXCLUSIVE on {old}"));
                Some(step)
            })
            .collect()
    }

    pub(super) fn create_functions(&self) -> Option<Step> {
        let functions = self
            .parts(PartKind::Function)
            .filter_map(|(_, function, fault)| {
                let (PartFault::Missing { expected } | PartFault::Differs { expected, .. }) = fault
                else {
                    return None;
                };
                let text = self
                    .survey
                    .expected
                    .functions
                    .get(function)?
                    .comment
                    .as_deref();
                let comment = text.map(|text| comment("FUNCTION", function, Some(text)));
                Some([Some(expected.to_owned()), comment].into_iter().flatten())
            });
        let mut step = catalog_step("create the functions", None, functions.flatten().collect())?;
        step.notes = self
            .parts(PartKind::Function)
            .filter(|(_, _, fault)| matches!(fault, PartFault::Differs { .. }))
            .map(|(_, function, _)| {
                format!("{function} is there with another body, which is replaced")
            })
            .collect();
        Some(step)
    }

    /// The tables that are missing, but for their references and triggers.
    pub(super) fn create_tables(&self) -> Vec<Step> {
        self.missing_tables()
            .filter_map(|(table, sql)| {
                let sql = sql
                    .into_iter()
                    .filter(|statement| {
                        !is_reference(statement) && !statement.starts_with("CREATE TRIGGER ")
                    })
                    .collect();
                let mut step = catalog_step(format!("create the table {table}"), Some(table), sql)?;
                step.lock = None;
                Some(step)
            })
            .collect()
    }

    pub(super) fn create_views(&self) -> Vec<Step> {
        let dropped: Vec<String> = self
            .views_to_drop()
            .into_iter()
            .map(|(view, _)| view)
            .collect();
        let mut own = Vec::new();
        for view in self.survey.expected.views.keys() {
            let is_there =
                self.survey.live.views.contains_key(view) && !dropped.contains(&name(view));
            if is_there {
                continue;
            }
            own.extend(create_view(self.survey.expected, view));
            own.extend(
                self.facts
                    .grants
                    .iter()
                    .filter(|grant| grant.name == *view)
                    .map(|grant| {
                        format!(
                            "GRANT {} ON {} TO {}",
                            grant.privileges,
                            name(view),
                            grant.grantee
                        )
                    }),
            );
            let before = self
                .facts
                .dependants
                .iter()
                .find(|dependant| dependant.name.as_ref() == Some(view));
            own.extend(before.into_iter().flat_map(|before| before.grants.clone()));
        }
        for (_, view, fault) in self.parts(PartKind::View) {
            if let PartFault::Options { expected, .. } = fault
                && !dropped.contains(&name(view))
            {
                own.push(format!(
                    "ALTER VIEW {} SET ({})",
                    name(view),
                    expected.join(", ")
                ));
            }
        }
        let is_foreign = |view: &&Dependant| {
            let own = &self.survey.expected.views;
            view.name
                .as_ref()
                .is_none_or(|name| !own.contains_key(name))
        };
        let foreign = self
            .facts
            .dependants
            .iter()
            .filter(is_foreign)
            .flat_map(|view| {
                let mut sql = vec![view.create.clone()];
                sql.extend(view.belongings.iter().chain(&view.grants).cloned());
                sql
            });
        [
            catalog_step("create the views of the old names", None, own),
            catalog_step("make the other views again", None, foreign.collect()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    pub(super) fn comment(&self) -> Option<Step> {
        let comments = self.findings.iter().filter_map(|finding| match *finding {
            Finding::TableComment { table, expected } => {
                Some(comment("TABLE", &name(table), expected))
            }
            Finding::Column {
                table,
                column,
                fault: ColumnFault::Comment(text),
            } => Some(comment_on_column(table, column, text)),
            Finding::Column {
                table,
                column,
                fault: ColumnFault::Missing(new),
            } => {
                let text = new.comment.as_deref()?;
                Some(comment_on_column(table, column, Some(text)))
            }
            Finding::Part {
                kind: PartKind::Function,
                name,
                fault: PartFault::Comment(text),
                ..
            } => Some(comment("FUNCTION", name, text)),
            Finding::Part {
                kind: PartKind::View,
                name: view,
                fault: PartFault::Comment(text),
                ..
            } => Some(comment("VIEW", &name(view), text)),
            _ => None,
        });
        let mut step = catalog_step("say what tables and columns mean", None, comments.collect())?;
        step.lock = Some("SHARE UPDATE EXCLUSIVE on the tables".to_owned());
        Some(step)
    }
}
